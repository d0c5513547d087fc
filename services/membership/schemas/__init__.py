"""JSON taken and given, one module per aggregate."""
