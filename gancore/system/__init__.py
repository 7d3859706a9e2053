"""The machine: devices, random streams, processes, files, and what makes a processor fast."""
