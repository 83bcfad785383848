def start_all(folder, plantation, *, is_quick):
    return []
