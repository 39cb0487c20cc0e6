"""Where partitions are scored; each module has ``run(run)``, which returns when no partition is open."""
