"""What people see of a run: the terminal, the summary, pictures, and the Allure report.

Renders what others have recorded and judged, and redacts whatever it renders. It sends nothing and judges
nothing again.
"""
