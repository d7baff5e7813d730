"""The whole loop on one machine: broker, province, agent and device, set up, watched over and shown."""
