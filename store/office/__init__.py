"""At the office: what the laptops' bundles become. Never mixed with a laptop's own store."""
