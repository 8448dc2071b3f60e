"""The box's pages: server-rendered, Simplified Chinese first, nothing loaded from anywhere but the box."""
