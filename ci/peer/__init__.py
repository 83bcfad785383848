"""A peer: what schemathesis, told by the service's OpenAPI document, finds of the same planted defects."""
