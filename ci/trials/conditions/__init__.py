"""Hard conditions: outages, hostile answers, a careless set-up. Each row is measured again, and judged."""
