"""What SQL cannot solve: the Markov chain of channels, and the model of customers' purchases."""
