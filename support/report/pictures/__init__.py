"""Pictures and sentences about time: how long changes took to be seen, drawn as SVG."""
