"""Many dossiers: policy of reminders, then agenda, batch, journal, dashboard. It calls the line; the line ignores it."""
