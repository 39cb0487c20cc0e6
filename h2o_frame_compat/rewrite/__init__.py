"""Expression to expression: small pure passes, each about one thing."""
