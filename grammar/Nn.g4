// The grammar of `.nn` files: every rule under an example. README.md beside it is the same as prose.
// Newlines mean nothing: no item, member or statement starts with an operator or a bracket.
grammar Nn;

// A file, and an expression alone: the value of `-D width=128`.
file       : item* EOF ;
lone       : expr EOF ;

// import "layers.nn"    const width = 64    model Image { … }    activation relu(x) = max(x, 0)
item
    : 'import' path=STRING                                                    # importItem
    | 'const' name '=' expr                                                   # constItem
    | 'model' name members                                                    # modelItem
    | kind name formals? results? ('for' precision=name)? body                                        # declarationItem
    ;
kind       : 'function' | 'activation' | 'layer' | 'encoding' | 'loss' | 'optimizer' | 'init' ;

// (x: [n], features: int = n)    -> h_next: [m], y: [k]    = max(x, 0)    { param … }    refused "use another"
formals    : '(' (formal (',' formal)*)? ')' ;
results    : '->' formal (',' formal)* ;
formal     : name (':' type)? ('=' preset=expr)? ;
body
    : '=' flow                                                                # shortBody
    | statements                                                              # longBody
    | 'refused' reason=STRING                                                 # noBody
    ;

// f32[3]    [n, m]    int    []
type
    : scalar=name shape?                                                      # scalarType
    | shape                                                                   # shapeType
    ;
shape      : '[' (expr (',' expr)*)? ']' ;

// { input x: f32[2]   output y = x -> linear(3) }
members    : '{' member* '}' ;
member
    : 'input' name ':' type                                                   # inputMember
    | 'output' name (':' type)? '=' flow                                      # outputMember
    | let                                                                     # letMember
    | 'block' name '=' pipeline                                               # blockMember
    | 'loss' flow                                                             # lossMember
    | 'optimizer' pipeline ('for' target (',' target)*)?                       # optimizerMember
    | 'precision' name                                                        # precisionMember
    ;

// hash_grid_0    encode.linear_0.weight
target     : name ('.' name)* ;

// { param weight: [features, n] = init(n, features)   y[o] = sum[i: n](weight[o, i] * x[i]) }
statements : '{' statement* '}' ;
statement
    : let                                                                     # letStatement
    | 'param' name ':' type '=' value=flow ('if' condition=expr)?             # paramStatement
    | 'state' variable (',' variable)* ('if' condition=expr)?                 # stateStatement
    | name ('[' place (',' place)* ']')? '=' flow                             # equationStatement
    | name ':=' flow                                                          # updateStatement
    | 'skip' 'if' expr                                                        # skipStatement
    | 'use' name 'if' expr                                                    # useStatement
    | 'refused' reason=STRING 'if' expr                                       # refusedStatement
    ;

// let h, y = cell(x, h)    let s[ordered k: t, i: n] = …
let        : 'let' name (',' name)* ('[' binder (',' binder)* ']')? '=' flow ;
// k: octaves    i: 1..n    ordered k: t
binder     : ordered='ordered'? name ':' from=expr ('..' to=expr)? ;
// m = 0    v: [] = 0
variable   : name (':' type)? '=' expr ;
// o    2 * k    i: n
place
    : expr                                                                    # indexPlace
    | binder                                                                  # binderPlace
    ;

// x -> linear(64) -> repeat 2 { relu -> linear } -> repeat 4 as h { h + (h -> residual) }
flow       : expr ('->' stage)* ;
pipeline   : stage ('->' stage)* ;
stage
    : name arguments?                                                         # useStage
    | 'repeat' expr '{' pipeline '}'                                          # repeatStage
    | 'repeat' expr 'as' name '{' flow '}'                                    # repeatAsStage
    ;
// (64, bias = false)
arguments  : '(' (argument (',' argument)*)? ')' ;
argument   : (name '=')? flow ;

// What stands higher binds tighter: -x^2 is -(x^2), and not a == b is not (a == b).
expr
    : expr '[' subscript (',' subscript)* ']'                                 # subscriptExpr
    | expr '.' name                                                           # memberExpr
    | <assoc = right> expr op='^' expr                                        # binaryExpr
    | op=('-' | '+') expr                                                     # unaryExpr
    | expr op=('*' | '/' | 'mod') expr                                        # binaryExpr
    | expr op=('+' | '-') expr                                                # binaryExpr
    | expr op=('==' | '!=' | '<' | '<=' | '>' | '>=') expr                    # binaryExpr
    | op='not' expr                                                           # unaryExpr
    | expr op='and' expr                                                      # binaryExpr
    | expr op='xor' expr                                                      # binaryExpr
    | expr op='or' expr                                                       # binaryExpr
    | reducer '[' binder (',' binder)* ']' '(' flow ')'                       # reduceExpr
    | name arguments                                                          # callExpr
    | name                                                                    # nameExpr
    | (INTEGER | DECIMAL)                                                     # numberExpr
    | '[' flow (',' flow)* ']'                                                # listExpr
    | '(' flow ')'                                                            # groupExpr
    ;
// trunk[0]    x[0..3]    x[3..]    x[..3]
subscript
    : index=expr                                                              # indexSubscript
    | from=expr '..' to=expr?                                                 # sliceSubscript
    | '..' to=expr?                                                           # sliceSubscript
    ;
reducer    : 'sum' | 'prod' | 'max' | 'min' ;

// The words of the language are names too, where a name is wanted; only `and or xor not mod if let repeat` are not.
name
    : NAME
    | 'import' | 'const' | 'model'
    | 'function' | 'activation' | 'layer' | 'encoding' | 'loss' | 'optimizer' | 'init'
    | 'input' | 'output' | 'block' | 'precision' | 'for'
    | 'param' | 'state' | 'skip' | 'use' | 'ordered' | 'as' | 'refused'
    | 'sum' | 'prod' | 'max' | 'min'
    ;

IMPORT     : 'import' ;
CONST      : 'const' ;
MODEL      : 'model' ;
FUNCTION   : 'function' ;
ACTIVATION : 'activation' ;
LAYER      : 'layer' ;
ENCODING   : 'encoding' ;
LOSS       : 'loss' ;
OPTIMIZER  : 'optimizer' ;
INIT       : 'init' ;
INPUT      : 'input' ;
OUTPUT     : 'output' ;
BLOCK      : 'block' ;
PRECISION  : 'precision' ;
FOR        : 'for' ;
PARAM      : 'param' ;
STATE      : 'state' ;
SKIP_IF    : 'skip' ;
USE        : 'use' ;
ORDERED    : 'ordered' ;
AS         : 'as' ;
REFUSED    : 'refused' ;
SUM        : 'sum' ;
PROD       : 'prod' ;
MAX        : 'max' ;
MIN        : 'min' ;

LET        : 'let' ;
REPEAT     : 'repeat' ;
IF         : 'if' ;
AND        : 'and' ;
OR         : 'or' ;
XOR        : 'xor' ;
NOT        : 'not' ;
MOD        : 'mod' ;

ARROW      : '->' ;
ASSIGN     : '=' ;
UPDATE     : ':=' ;
COLON      : ':' ;
COMMA      : ',' ;
DOT        : '.' ;
DOTS       : '..' ;
OPEN       : '(' ;
CLOSE      : ')' ;
OPEN_INDEX : '[' ;
END_INDEX  : ']' ;
OPEN_BODY  : '{' ;
END_BODY   : '}' ;
PLUS       : '+' ;
MINUS      : '-' ;
TIMES      : '*' ;
DIVIDE     : '/' ;
POWER      : '^' ;
EQUAL      : '==' ;
UNEQUAL    : '!=' ;
LESS       : '<' ;
AT_MOST    : '<=' ;
GREATER    : '>' ;
AT_LEAST   : '>=' ;

// 64    7u    1.5    1e-4    0.5e3
INTEGER    : [0-9]+ 'u'? ;
DECIMAL    : [0-9]+ '.' [0-9]+ EXPONENT? | [0-9]+ EXPONENT ;
fragment
EXPONENT   : [eE] [+-]? [0-9]+ ;
NAME       : [a-zA-Z_] [a-zA-Z_0-9]* ;
STRING     : '"' ~["\r\n]* '"' ;

SPACE      : [ \t\r\n]+ -> skip ;
COMMENT    : '//' ~[\r\n]* -> skip ;

// The lexer takes every text; what is no word of the language becomes a complaint of the parser. Bytes beyond ASCII
// arrive as U+007F each, so that offsets are bytes.
UNENDED    : '"' ~["\r\n]* ;
FOREIGN    : '\u007F'+ | . ;
