"""The support layer: everything between a sentence of a story and a socket."""
