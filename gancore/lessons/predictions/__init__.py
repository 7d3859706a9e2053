"""What chapters ask their readers to predict, and what readers foresaw.

The questions of chapter 06 are in gancore/lessons/words/ch06.toml, `[predict.6a]` and so on, without what comes out:
that, the chapter measures.
"""
