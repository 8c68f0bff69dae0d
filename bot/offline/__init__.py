"""What happens away from the server: key files, the root's signature, the split recovery key, opening exported cases.

Private keys of staff exist here and in the browser only. Nothing here knows a database, a messenger or a network.
"""
