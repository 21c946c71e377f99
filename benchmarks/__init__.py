"""What the README's figures come from: a generated web, its truth, and four crawlers measured in one run."""
