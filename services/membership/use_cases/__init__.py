"""What membership does: one function per command and per event heard, by aggregate."""
