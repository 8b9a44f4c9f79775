"""The rules every model, macro and description of the house keeps."""
