"""Who is stuck, and what a room foresaw: those who say yes have a file each in a folder, which an instructor reads.

`consent.py` is the learner's side, `room.py` and `page.py` the instructor's. There is no server.
"""
