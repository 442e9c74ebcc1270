# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run (and through it used by tests/hosts): a throw-away libpurple profile with one Tox account, and a
# private Tox network for it. Knows where things are only from its arguments; touches nothing outside the profile it
# is given. Needs tools/install.sh.

scratch_account=you
scratch_protocol=prpl-tox

# scratch_files PROFILE BUILD NODE ECHO_KEY: accounts, buddy list and preferences as Pidgin and Finch read them. An
# empty NODE leaves the account's bootstrap nodes to the default; an empty ECHO_KEY the buddy list empty. What is there
# of an earlier run is kept, as the user left it; only the way into the private network is this run's.
scratch_files() {
    mkdir -p "$1/plugins"
    chmod 700 "$1"
    place_plugin "$2" "$1/plugins"
    scratch_file "$1/accounts.xml" scratch_accounts
    scratch_file "$1/blist.xml" scratch_buddies
    scratch_file "$1/prefs.xml" scratch_prefs
    scratch_edit "$1/accounts.xml" "s|<setting name='bootstrap' type='string'>127[.]0[.]0[.]1:[^<]*</setting>||g" \
        "s|<setting name='loopback-only' type='bool'>[01]</setting>||g" \
        "${3:+s|<name>$scratch_account</name>|&$(scratch_way_in "$3")|}"
    [ -z "$4" ] || grep -q "$4" "$1/blist.xml" ||
        scratch_edit "$1/blist.xml" "s|</blist>|$(scratch_buddy "$4")&|"
}

# scratch_file FILE COMMAND: what the command writes, if there is no such file yet.
scratch_file() {
    [ -e "$1" ] || "$2" >"$1"
    chmod 600 "$1"
}

# scratch_edit FILE SED_COMMAND...
scratch_edit() {
    edited=$1
    shift
    for command in "$@"; do
        sed "$command" "$edited" >"$edited.new" && mv "$edited.new" "$edited"
    done
    chmod 600 "$edited"
}

scratch_way_in() { # NODE
    printf '%s' "<settings><setting name='bootstrap' type='string'>$1</setting>" \
        "<setting name='loopback-only' type='bool'>1</setting></settings>"
}

scratch_buddy() { # KEY
    printf '%s' "<group name='Buddies'><contact><buddy account='$scratch_account' proto='$scratch_protocol'>" \
        "<name>$1</name><alias>Echo</alias><setting name='show_offline' type='bool'>1</setting></buddy></contact>" \
        "</group>"
}

scratch_accounts() {
    cat <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account>
 <protocol>$scratch_protocol</protocol><name>$scratch_account</name>
 <statuses><status type='available' name='Available' active='true'><attributes/></status></statuses>
 <settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings>
 <settings ui='gnt-purple'><setting name='auto-login' type='bool'>1</setting></settings>
</account></account>
XML
}

scratch_buddies() {
    cat <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist></blist>
<privacy><account proto='$scratch_protocol' name='$scratch_account' mode='1'/></privacy></purple>
XML
}

# Offline buddies are shown, or the way to them would be invisible. Sounds off, tray icon off: it is a demonstration
# beside the user's own Pidgin. Logs on: they are in the profile and go with it. No port mapping: we are not a guest on
# their router.
scratch_prefs() {
    cat <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='purple'>
  <pref name='network'><pref name='map_ports' type='bool' value='0'/><pref name='auto_ip' type='bool' value='0'/></pref>
  <pref name='away'>
   <pref name='idle_reporting' type='string' value='none'/><pref name='away_when_idle' type='bool' value='0'/>
  </pref>
  <pref name='logging'>
   <pref name='log_ims' type='bool' value='1'/><pref name='format' type='string' value='txt'/>
  </pref>
 </pref>
 <pref name='pidgin'>
  <pref name='blist'>
   <pref name='list_visible' type='bool' value='1'/><pref name='show_offline_buddies' type='bool' value='1'/>
   <pref name='show_empty_groups' type='bool' value='1'/>
   <pref name='x' type='int' value='60'/><pref name='y' type='int' value='60'/>
   <pref name='width' type='int' value='340'/><pref name='height' type='int' value='400'/>
  </pref>
  <pref name='docklet'><pref name='show' type='string' value='never'/></pref>
  <pref name='sound'><pref name='method' type='string' value='none'/></pref>
 </pref>
 <pref name='finch'>
  <pref name='blist'>
   <pref name='showoffline' type='bool' value='1'/><pref name='emptygroups' type='bool' value='1'/>
   <pref name='size'><pref name='width' type='int' value='32'/><pref name='height' type='int' value='20'/></pref>
  </pref>
  <pref name='sound'><pref name='method' type='string' value='nosound'/></pref>
 </pref>
</pref>
XML
}

# scratch_contact PROFILE TOX_PEER [KEY]: makes the account's Tox profile if there is none, adds KEY to it as somebody
# who knows us already, and prints our own long-term key.
scratch_contact() {
    mkdir -p "$1/tox"
    chmod 700 "$1" "$1/tox"
    {
        echo "new new save=$(printf '%s' "$1/tox/$scratch_account.tox" | sed 's/%/%25/g; s/ /%20/g') hold=1"
        echo "name set name=$scratch_account"
        [ -z "${3:-}" ] || echo "add addnr pk=$3"
        echo "end kill save=1"
        echo "quit quit"
    } | "$2" | sed -n 's/.* ok new .*pk=\([0-9a-f]*\).*/\1/p'
}
