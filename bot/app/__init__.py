"""The composition root: settings in, running services out. The only room that reads the clock and draws randomness."""
