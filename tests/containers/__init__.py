"""What `tests/containers.sh` runs in place of images that it cannot fetch."""
