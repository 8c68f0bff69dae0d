"""The terminal as a messenger: the same conversation through the same ``Intake``, one person at a keyboard."""
