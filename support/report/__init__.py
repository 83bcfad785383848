"""What people see of a run: the Allure bridge, timelines, the terminal and the summary."""
