"""Grafana's dashboards, from which deploy.docs writes their files."""
