"""Questions by criteria, read within a scope and in the light of the conversation."""

from collections.abc import Sequence
from datetime import date

from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Reading
from assistant.understanding.selection.choosing import chosen, goes_further, taken_further
from assistant.understanding.selection.refining import refined
from assistant.understanding.selection.selection import select_from
from assistant.understanding.selection.values import Values, ValueStore
from assistant.understanding.text import PlainText
from knowledge.crm.store import Reader
from knowledge.crm.tables import Product
from knowledge.query.query import OF_A_FIGURE


class Criteria:
    """Knows the values of each scope it was asked in, for a while."""

    def __init__(self, words: frozenset[str]) -> None:
        """`words` are those of everyday questions."""
        self._values = ValueStore()
        self._words = words

    async def values(self, reader: Reader) -> Values:
        """The values that the data within the scope of that reader have."""
        return await self._values.of(reader)

    async def read(
        self,
        reading: Reading,
        text: PlainText,
        reader: Reader,
        dialogue: Dialogue,
        today: date,
        products: Sequence[Product],
    ) -> Reading:
        """The Reading of a question, as one by criteria where it is one."""
        values = await self.values(reader)
        selected = select_from(text, reading.language, today, products, values)
        about = dialogue.query.about if dialogue.query is not None else None
        more = select_from(text, reading.language, today, products, values, about) if about else selected
        narrows = dialogue.query is not None and goes_further(
            reading, selected if selected.names_rows else more, dialogue
        )
        if narrows and dialogue.query is not None and more.query is not None and more.query.about is about:
            measured = more.query.show in OF_A_FIGURE or (more.told and not more.query.group)
            query = refined(dialogue.query, more.query, measured=measured)
            if query is not None and query != dialogue.query:
                return taken_further(reading, query, more)
        return chosen(reading, selected, dialogue, self._words)
