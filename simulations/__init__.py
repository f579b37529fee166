"""Many chains of many settings, fast and resumable. The simulator never sees the theorems."""
