"""A service of two aggregates with which the chassis is tested and measured.

Owns:        orders, tallies.
Publishes:   OrderPlaced, OrderCounted.
Subscribes:  OrderPlaced (sample), OrderCounted (sample), Poked (outside).
"""
