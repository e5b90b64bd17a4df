"""The output layer: Textual draws as ever, and over the line goes only what differs from what the terminal shows.

pen and cells read what Textual writes, encoder and scroll say it in few bytes, window waits for a slow line, driver
ties them to the terminal. Nothing of the application knows of it; `REKAM17_DRIVER=textual` runs Textual's own driver.
"""
