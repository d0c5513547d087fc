"""An installation in containers (``docker-compose.yml``): its settings and secrets."""
