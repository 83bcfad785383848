"""What a service may do wrong or oddly: weather, planted defects, oddities, and which of them are on."""
