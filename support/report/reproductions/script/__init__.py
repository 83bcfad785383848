"""What a reproduction's script is made of: these modules, copied into it as they are.

They import the standard library and, in one place, `requests`; nothing else of the project.
"""
