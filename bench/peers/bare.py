"""Textual with one widget: the floor of any program drawn by it."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """A sentence, and the way out."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - Textual's own way to say it

    def compose(self) -> ComposeResult:
        """Make the widget."""
        yield Static("Siap di sini")


if __name__ == "__main__":
    Bare().run(mouse=False)
