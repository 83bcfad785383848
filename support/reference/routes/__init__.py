"""The endpoints: what each request for users does, and how it is answered."""
