"""What a correct service would have answered to a recorded story, as checks that are plain data."""
