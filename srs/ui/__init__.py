"""Front ends: they show a session and hand it answers, and decide nothing."""
