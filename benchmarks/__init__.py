"""What the design promises about cost, measured here as ratios in one run. Never a timed test: nothing can fail."""
