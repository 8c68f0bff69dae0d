"""The defender's side: hears a person, seals what is said, queues the case, answers.

``service.Intake`` is the way in.
"""
