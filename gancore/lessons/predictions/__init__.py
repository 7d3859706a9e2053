"""What chapters ask their readers to predict, and what readers foresaw.

The questions of chapter 06 are in ch06.toml, "6a" and so on, without what comes out: that, the chapter measures.
"""
