"""What partners do, a module a role: `next_act(seat, week)` answers the seat's next act, or None."""
