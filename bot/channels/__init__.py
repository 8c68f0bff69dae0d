"""The channels: each translates what its medium delivers, and renders what the services hand back.

A channel decides nothing; ``intake`` and ``casework`` do. The channels do not know each other. What each channel of a
messenger needs stands beside them: ``updates``, ``polling``, ``ingress``, ``outage``, ``pace``; none of these knows a
channel, or a library of one.
"""
