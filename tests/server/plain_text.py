"""The blocks of a scripted answer as text that streams."""

from assistant.answer import Block, Chart, Download, Heading, Line, Listing, Paragraph, ProposalBlock, Quote, Table


def text_of(block: Block) -> str:
    def line(spans: Line) -> str:
        return "".join(span.text for span in spans)

    match block:
        case Listing(items=items):
            return "".join(f"- {line(item)}\n" for item in items)
        case Table(columns=columns, rows=rows):
            head = f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"
            return head + "".join(f"| {' | '.join(line(cell) for cell in row)} |\n" for row in rows)
        case Heading(line=spans):
            return f"## {line(spans)}\n"
        case Quote(line=spans):
            return f"> {line(spans)}\n"
        case Paragraph(line=spans):
            return f"{line(spans)}\n"
        case Download():
            return ""
        case Chart(title=title):
            return f"{title}\n"
        case ProposalBlock(proposal=proposed):
            return f"{proposed.summary}\n"
