"""Users as the contract describes them: rules for details, ids, versions, and what a user looks like."""
