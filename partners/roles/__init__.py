"""What partners do, one module per role: `next_act(seat, week)` answers the seat's next act, or None."""
