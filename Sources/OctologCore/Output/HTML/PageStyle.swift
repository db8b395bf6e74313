import Crypto

/// How the page looks: light or dark as the reader's system, on paper, and down to 400 pixels.
enum PageStyle {
    /// What the browser may do with the page: show it, in this style.
    static var policy: String {
        var text: [UInt8] = []
        let digest = sheet.withUTF8Buffer { Array(SHA256.hash(data: $0)) }
        Base64.encode(digest.span, .standard, into: &text)
        // Base64 without its padding is not what browsers compare with.
        let hash = String(decoding: text, as: UTF8.self) + "="
        return "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'"
    }

    static let sheet: StaticString = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --box: #f3f5f7; --link: #0b57b0;
          --good: #1a7f37; --bad: #b3261e; --warn: #8a5a00; --goodfill: #57ab5a; --badfill: #e5534b; --warnfill: #d9a441;
          --mark: #fff3c4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14181d; --ink: #e3e8ee; --faint: #9aa5b1; --line: #3a434d; --box: #1d232a; --link: #7ab7ff;
            --good: #6cc47a; --bad: #ff8a80; --warn: #e9b949; --goodfill: #347d39; --badfill: #c93c37; --warnfill: #966600;
            --mark: #4a3f12;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
        }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.2rem; margin: 1.75rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
        p { margin: .3rem 0; }
        a { color: var(--link); }
        a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        code { font: .87em/1.45 ui-monospace, monospace; }
        .command { padding: .1em .35em; border-radius: 4px; background: var(--box); user-select: all; }
        .faint { color: var(--faint); }
        .warning { color: var(--warn); font-weight: 600; }
        .verdicts { list-style: none; margin: 0; padding: 0; }
        .verdicts li { margin: .6rem 0; padding: .4rem .8rem; border-left: 5px solid var(--line); background: var(--box); }
        .verdicts .failed { border-color: var(--bad); }
        .verdicts .unfinished { border-color: var(--warn); }
        .verdicts .over { border-color: var(--good); }
        .sentence { font-weight: 600; }
        .sentence a { color: inherit; }
        .started { padding-left: 1.2rem; }
        .badge { padding: 0 .45em; border: 1px solid; border-radius: 1em; font-size: .85em; white-space: nowrap; }
        .badge.failed { color: var(--bad); }
        .badge.unfinished { color: var(--warn); }
        .badge.succeeded { color: var(--good); }
        .badge.low { color: var(--faint); }
        details { margin: .4rem 0; border: 1px solid var(--line); border-radius: 6px; padding: .4rem .8rem; }
        summary { cursor: pointer; }
        article { margin: .5rem 0 1rem; }
        .cause { margin: .4rem 0; padding: .4rem .8rem; border-left: 5px solid var(--bad); background: var(--box); }
        .compared { font-style: italic; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
        dt { color: var(--faint); }
        dd { margin: 0; }
        figure { margin: .6rem 0; }
        figcaption { font-size: .87em; color: var(--faint); }
        table { border-collapse: collapse; width: 100%; }
        th, td { padding: .15rem .5rem; text-align: left; vertical-align: top; font-weight: normal; }
        thead th { color: var(--faint); border-bottom: 1px solid var(--line); }
        .number { text-align: right; white-space: nowrap; }
        .slow { color: var(--bad); font-weight: 600; }
        .phases { max-width: 52rem; }
        .phases tr.failed th, .phases tr.failed td { color: var(--bad); font-weight: 600; }
        .phases td:last-child { width: 40%; vertical-align: middle; }
        .log { border: 1px solid var(--line); table-layout: fixed; }
        .log th { width: 4.5em; text-align: right; color: var(--faint); font: .87em/1.45 ui-monospace, monospace; }
        .log td { white-space: pre-wrap; }
        .log tr.proof { background: var(--mark); }
        .log tr.proof th { color: var(--ink); font-weight: 700; }
        .digest { font-size: .78em; }
        .legend { font-size: .87em; color: var(--faint); }
        .key { display: inline-block; width: 1.6em; height: .8em; margin-left: .6em; }
        .key.succeeded { background: var(--goodfill); }
        .key.failed { background: var(--badfill); }
        .key.unfinished { background: var(--warnfill); }
        .key.gap { border: 1px dashed var(--faint); }
        .timeline .row { display: grid; grid-template-columns: 12rem 1fr; gap: .75rem; align-items: center; }
        .timeline .row + .row { border-top: 1px solid var(--line); }
        svg { display: block; overflow: visible; }
        .bar { stroke-width: 1; }
        .bar.succeeded { fill: var(--goodfill); stroke: var(--good); }
        .bar.failed { fill: var(--badfill); stroke: var(--bad); }
        .bar.unfinished { fill: var(--warnfill); stroke: var(--warn); stroke-dasharray: 4 2; }
        .bar.untold { fill: var(--box); stroke: var(--faint); }
        .phase { stroke: none; }
        .phase.even { fill: #fff; fill-opacity: .5; }
        .phase.odd { fill: #fff; fill-opacity: .18; }
        .phase.bad { fill: #000; fill-opacity: .45; }
        svg .gap { fill: none; stroke: var(--faint); stroke-dasharray: 3 3; }
        .sign { fill: var(--ink); font-size: 11px; }
        .bad { fill: var(--bad); color: var(--bad); }
        .tick { stroke: var(--line); }
        .break { stroke: var(--faint); stroke-dasharray: 2 4; }
        .label, .name { fill: var(--faint); font-size: 11px; }
        .name.bad { fill: var(--bad); font-weight: 600; }
        @media (max-width: 40rem) {
          body { padding: .6rem; font-size: 14px; }
          h1 { font-size: 1.25rem; }
          .timeline .row { grid-template-columns: 1fr; gap: 0; padding: .2rem 0; }
          .label.other, .name { display: none; }
          dl { grid-template-columns: 1fr; gap: 0; }
          dd { margin: 0 0 .3rem .8rem; }
          .phases th:nth-child(2), .phases td:nth-child(2) { display: none; }
          .log th { width: 3.6em; }
        }
        @media print {
          :root { --paper: #fff; --ink: #000; --box: #fff; }
          body { max-width: none; padding: 0; font-size: 11px; }
          details { border: 0; padding: 0; }
          details::details-content { content-visibility: visible; }
          article, figure, .verdicts li { break-inside: avoid; }
          * { print-color-adjust: exact; }
        }

        """
}
