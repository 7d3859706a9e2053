"""What an instructor takes into a room: copies for learners, copies with answers, slides. All of it is made from the
chapters, the banks and the reference answers when it is asked for; nothing of it is stored.
"""
