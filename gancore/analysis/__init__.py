"""What one does with a finished player: move about in its latents, ask what it looks at, measure what it draws."""
