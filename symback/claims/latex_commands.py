"""The commands of LaTeX mathematics that the reader knows, by what they do."""

from __future__ import annotations

from symback.claims.tokens import GREEK

SPACING = frozenset(
    [
        r",",
        r";",
        r":",
        r"!",
        r">",
        r"/",
        r"-",
        r"displaystyle",
        r"textstyle",
        r"scriptstyle",
        r"limits",
        r"nolimits",
        r"nonumber",
        r"notag",
        r"mathstrut",
        r"strut",
        r"thinspace",
        r"medspace",
        r"thickspace",
        r"negthinspace",
        r"allowbreak",
        r"relax",
        r"hfill",
        r"hline",
        r"centering",
        r"small",
        r"large",
        r"left",
        r"right",
        r"middle",
        r"big",
        r"Big",
        r"bigg",
        r"Bigg",
        r"bigl",
        r"bigr",
        r"Bigl",
        r"Bigr",
        r"biggl",
        r"biggr",
        r"Biggl",
        r"Biggr",
        r"bigm",
        r"Bigm",
        r"rm",
        r"bf",
        r"it",
        r"sf",
        r"mathopen",
        r"mathclose",
        r"mathrel",
        r"mathbin",
        r"mathord",
        r"mathop",
        r"mathpunct",
        r"noindent",
        r"protect",
        r"smash",
        r"ldotp",
        r"bigstrut",
    ]
) | {" ", "\n", "\t"}
"""They leave no trace."""
SIZES = frozenset(
    [
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "middle",
    ]
)
SKIPPED = dict.fromkeys(
    [
        "label",
        "tag",
        "tag*",
        "hspace",
        "hspace*",
        "vspace",
        "phantom",
        "hphantom",
        "vphantom",
        "color",
        "kern",
        "mkern",
        "eqref",
    ],
    1,
)
"""They and so many arguments leave no trace."""
WRAPPERS = {
    **dict.fromkeys(
        [
            "boxed",
            "fbox",
            "bbox",
            "underline",
            "cancel",
            "bcancel",
            "xcancel",
            "ensuremath",
            "mathbf",
            "boldsymbol",
            "bm",
            "pmb",
            "mathit",
            "mathnormal",
            "vec",
            "mathcal",
            "mathscr",
            "mathsf",
            "mathbin",
            "overset",
            "underset",
            "stackrel",
            "textcolor",
            "colorbox",
            "fcolorbox",
            "underbrace",
            "overbrace",
            "mathrlap",
            "mathllap",
        ],
        0,
    ),
    "textcolor": 1,
    "colorbox": 1,
    "overset": 1,
    "underset": 1,
    "stackrel": 1,
    "fcolorbox": 2,
}
"""They stand around mathematics: so many arguments are skipped, and the next one is read."""
WORDS = frozenset(
    [
        "text",
        "textrm",
        "textbf",
        "textit",
        "textsf",
        "texttt",
        "textnormal",
        "mathrm",
        "mathtt",
        "mbox",
        "hbox",
        "operatorname",
        "operatorname*",
    ]
)
"""They stand around plain words."""
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check",
}  # fmt: skip
LETTERS = {name: name for name in GREEK.values()} | {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varsigma": "sigma", "varrho": "rho",
    "ell": "ell", "nabla": "nabla", "infty": "infty", "hbar": "hbar", "Upsilon": "Upsilon",
}  # fmt: skip
FUNCTIONS = frozenset(
    ["exp", "ln", "log", "tanh", "sinh", "cosh", "max", "min", "sin", "cos", "tan", "arctan", "abs"]
)
SIGNS = {
    "cdot": "TIMES", "times": "TIMES", "ast": "TIMES", "cdotp": "TIMES", "bullet": "TIMES", "div": "OVER",
    "odot": "ELEMENTWISE", "circ": "ELEMENTWISE", "approx": "EQUALS", "equiv": "EQUALS", "simeq": "EQUALS",
    "cong": "EQUALS", "doteq": "EQUALS", "coloneqq": "ASSIGN", "triangleq": "EQUALS", "colonequals": "ASSIGN",
    "leftarrow": "ASSIGN", "gets": "ASSIGN", "partial": "PARTIAL", "implies": "NEXT", "Rightarrow": "NEXT",
    "iff": "NEXT", "Leftrightarrow": "NEXT", "therefore": "NEXT", "Longrightarrow": "NEXT", "quad": "GAP",
    "qquad": "GAP", "slash": "OVER",
}  # fmt: skip
"""Commands that are one token."""
COMPARISONS = {
    "lt": "<", "le": "<=", "leq": "<=", "leqslant": "<=",
    "gt": ">", "ge": ">=", "geq": ">=", "geqslant": ">=",
}  # fmt: skip
BRACKETS = {"{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]"}
BARS = {"lvert": True, "rvert": False, "vert": None, "mid": None}
FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"])
MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array"])
CASES = frozenset(["cases", "dcases", "rcases"])
TRANSPARENT = frozenset(
    [
        "aligned",
        "align",
        "align*",
        "alignat",
        "alignat*",
        "alignedat",
        "split",
        "gather",
        "gather*",
        "gathered",
        "equation",
        "equation*",
        "eqnarray",
        "eqnarray*",
        "multline",
        "multline*",
        "math",
        "displaymath",
        "flalign",
        "flalign*",
        "subequations",
    ]
)
"""Environments whose rows are equations."""
CONDITION_WORDS = frozenset(
    ["if", "for", "when", "where", "falls", "wenn", "für", "fuer", "mit", "若", "当", "如果"]
)
OTHERWISE_WORDS = frozenset(["otherwise", "else", "sonst", "otherwise.", "其他", "否则"])
CONNECTORS = frozenset(
    [
        "and",
        "where",
        "with",
        "so",
        "hence",
        "thus",
        "then",
        "und",
        "wobei",
        "mit",
        "also",
        "da",
        "since",
        "or",
        "et",
        "且",
        "和",
        "其中",
        "is",
        "ist",
    ]
)
"""Words between equations."""
