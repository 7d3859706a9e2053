"""Every interactive view of the course, a file each: what a control does is apart from how it is drawn."""
