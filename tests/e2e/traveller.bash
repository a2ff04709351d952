# Invented travellers of Utopia, for the stories of this folder. To be sourced
# after node.bash.

# check_digit TEXT: ICAO Doc 9303-3 4.9.
check_digit() {
    local text=$1 sum=0 i character value
    local weights=(7 3 1)
    for ((i = 0; i < ${#text}; i++)); do
        character=${text:i:1}
        case $character in
        [0-9]) value=$character ;;
        [A-Z]) value=$(($(printf %d "'$character") - 55)) ;;
        *) value=0 ;;
        esac
        sum=$((sum + value * weights[i % 3]))
    done
    echo $((sum % 10))
}

# padded TEXT SIZE: with fillers at its end.
padded() {
    local text=$1
    while [ ${#text} -lt "$2" ]; do
        text+='<'
    done
    echo "${text:0:$2}"
}

# passport SURNAME GIVEN NUMBER BORN SEX EXPIRY [NATIONALITY]: the two lines of
# a passport of Utopia as a JSON array. Dates are YYMMDD.
passport() {
    local number birth expiry rest
    number=$(padded "$3" 9)
    number+=$(check_digit "$number")
    birth=$4$(check_digit "$4")
    expiry=$6$(check_digit "$6")
    rest='<<<<<<<<<<<<<<<'
    printf '["%s","%s%s%s%s%s%s%s"]' "$(padded "P<UTO$1<<${2// /<}" 44)" \
        "$number" "$(padded "${7:-UTO}" 3)" "$birth" "$5" "$expiry" "$rest" \
        "$(check_digit "$number$birth$expiry$rest")"
}
