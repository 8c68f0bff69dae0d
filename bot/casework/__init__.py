"""The staff's side: the queue, the claim, the release, the close, and the sealed files of a case.

Nothing here opens anything: what leaves is what the queue knows in clear, and sealed files.
"""
