"""The channels: each translates what its medium delivers, and renders what the services hand back.

A channel decides nothing; ``intake`` and ``casework`` do. The channels do not know each other.
"""
