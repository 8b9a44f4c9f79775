"""Files to rows of text: one pass over the bytes, the header, a reader for each format."""
